import '../../../apps/beta/src/beta.module.js';
