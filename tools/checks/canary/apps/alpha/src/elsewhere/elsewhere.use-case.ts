import '../wrong/wrong.dto.js';
