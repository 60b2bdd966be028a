import '../../../beta/src/beta.module.js';
