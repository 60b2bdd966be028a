import '../database/seed.js';
