import '@nestjs/common';
import './other.repository.js';
