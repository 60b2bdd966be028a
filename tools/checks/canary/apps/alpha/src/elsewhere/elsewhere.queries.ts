import '../wrong/wrong.queries.js';
