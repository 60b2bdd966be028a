import './wrong/other.repository.js';
