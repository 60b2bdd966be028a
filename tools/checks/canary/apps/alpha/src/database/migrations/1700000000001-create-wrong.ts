import '../../wrong/wrong.rules.js';
