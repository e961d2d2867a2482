/** Something that this machine lacks; the message says in one line what to install. */
export class Missing extends Error {}
