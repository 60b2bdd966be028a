import './other.module.js';
