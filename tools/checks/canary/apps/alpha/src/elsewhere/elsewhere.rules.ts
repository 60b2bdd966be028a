import '../wrong/wrong.entity.js';
