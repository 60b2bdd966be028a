import '../elsewhere/elsewhere.use-case.js';
