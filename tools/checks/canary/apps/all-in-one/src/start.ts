import '../../beta/src/things/thing.entity.js';
