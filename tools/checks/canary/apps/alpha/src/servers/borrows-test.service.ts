import '../../test/alpha.factory.js';
