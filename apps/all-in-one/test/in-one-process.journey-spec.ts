import { playBooking } from './booking.js';
import { inOneProcess } from './start-in-one-process.js';

playBooking('in one process', inOneProcess);
