import chat from './chat.json';
import frame from './frame.json';
import images from './images.json';
import messages from './messages.json';

/** Also the list of all keys there are. */
export const en = { ...chat, ...frame, ...images, ...messages };
