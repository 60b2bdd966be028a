import './other.repository.js';
