/** Characters (code points) of a person's name at most, for the form and for the API behind it. */
export const MAX_NAME_LENGTH = 100;
