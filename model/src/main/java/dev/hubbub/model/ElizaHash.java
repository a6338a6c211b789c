package dev.hubbub.model;

/// HASH of the SLIP language on the IBM 7094, by which ELIZA chooses how to bring up a memory: the
/// middle bits of the square of the last six characters' code.
final class ElizaHash {

    /// A machine word held six characters of six bits; the topmost bit was its sign.
    private static final int WORD_CHARS = 6;

    private static final long MAGNITUDE = (1L << 35) - 1;

    /// The 7094's character code: the position of a character is its number. A `\0` stands for a
    /// character that has no key of ours.
    private static final String CODE =
            "0123456789\0='\0\0\0"
                    + "+ABCDEFGHI\0.)\0\0\0"
                    + "-JKLMNOPQR\0$*\0\0\0"
                    + " /STUVWXYZ\0,(\0\0\0";

    private ElizaHash() {}

    /// @param bits 0 to 15
    static int hash(String word, int bits) {
        long datum = lastChunk(word) & MAGNITUDE;
        return (int) ((datum * datum) >>> (35 - bits / 2)) & ((1 << bits) - 1);
    }

    /// A word of more than six characters went on in the next cell of its list, and the hash is
    /// taken of the last one.
    private static long lastChunk(String word) {
        int from = word.isEmpty() ? 0 : (word.length() - 1) / WORD_CHARS * WORD_CHARS;
        long chunk = 0;
        for (int i = from; i < from + WORD_CHARS; i++) {
            chunk = chunk << 6 | code(i < word.length() ? word.charAt(i) : ' ');
        }
        return chunk;
    }

    private static int code(char c) {
        int code = c == 0 ? -1 : CODE.indexOf(c);
        return code < 0 ? c & 0x3f : code;
    }
}
