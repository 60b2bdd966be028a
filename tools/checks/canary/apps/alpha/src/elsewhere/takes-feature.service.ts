import '../wrong/wrong.feature.js';
