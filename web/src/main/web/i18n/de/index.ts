import chat from './chat.json';
import frame from './frame.json';
import images from './images.json';
import messages from './messages.json';

export const de = { ...chat, ...frame, ...images, ...messages };
