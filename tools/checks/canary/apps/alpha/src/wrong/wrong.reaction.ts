import './wrong.use-case.js';
