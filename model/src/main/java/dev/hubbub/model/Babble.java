package dev.hubbub.model;

import java.util.List;

/// A text that means nothing: sentences of common words in paragraphs, with headings, lists and
/// code now and then, so that a page that shows Markdown can be tried. The same seed gives the same
/// text.
///
/// A token is a word with its blank and its punctuation, or a piece of Markdown. Tokens are made
/// once for all texts, so that one costs no allocation.
final class Babble {

    private static final String[] WORDS =
            """
            about above across after again air all almost along also always among animal answer
            around ask away back because been before began between big book both boat boy bring
            build call came carry change children city close come country cut day different down
            each earth eat end enough even ever every example eye face family far father feet few
            field find first follow food found four friend garden girl give good grass great green
            group grow half hand hard head hear help high hold home horse house hundred important
            island keep kind know land large last later learn leave left letter life light line
            listen little live long look made make many mark mean might mile money moon morning
            mother mountain move much music name near never next night nothing number often old
            once open other over own page paper part people picture place plant play point question
            quick quiet rain read really river road room round run same school sea second seem
            sentence set several ship short should show side simple sleep slow small snow some song
            soon sound spell stand star start state still stop story strong study summer sun system
            take talk tell ten thing think thought three through time together took tree try turn
            under until very voice walk want warm watch water way weather week white whole why wind
            winter without wood word work world write year young
            """
                    .strip()
                    .split("\\s+");

    private static final String[] INSIDE = forms(" ", "", false);
    private static final String[] COMMA = forms(" ", ",", false);
    private static final String[] STOP = forms(" ", ".", false);
    private static final String[] ASK = forms(" ", "?", false);
    private static final String[] STRONG = forms(" **", "**", false);
    private static final String[] CODE = forms(" `", "`", false);
    private static final String[] FIRST = forms("", "", true);
    private static final String[] NEXT = forms(" ", "", true);

    private static final List<String[]> SNIPPETS =
            List.of(
                    tokens(
                            """
                            ```java
                            for (int i = 0; i < 3; i++) {
                                System.out.println("hello " + i);
                            }
                            ```\
                            """),
                    tokens(
                            """
                            ```python
                            def fib(n):
                                return n if n < 2 else fib(n - 1) + fib(n - 2)
                            ```\
                            """),
                    tokens(
                            """
                            ```sh
                            ls -l | sort | head -n 5
                            ```\
                            """));

    /// Tokens that must be left for another block to begin.
    private static final int BLOCK_TOKENS_MIN = 40;

    private enum Block {
        PARAGRAPH,
        LIST,
        HEADING,
        CODE
    }

    private long random;
    private int left;
    private Block block = Block.PARAGRAPH;

    /// Lines of a list, or sentences of a paragraph, that the block still has.
    private int sentences;

    /// Words that the sentence still has.
    private int words;

    /// The next word begins a sentence, and it begins a line.
    private boolean first = true;

    private boolean atLineStart = true;
    private String[] snippet = SNIPPETS.getFirst();
    private int snippetAt = snippet.length;

    /// @param tokens how many there will be
    Babble(long seed, int tokens) {
        random = seed;
        left = tokens;
        sentences = between(2, 4);
        words = between(6, 14);
    }

    /// The next token. The last one ends a sentence or a block.
    String next() {
        left--;
        if (snippetAt < snippet.length) {
            return snippet[snippetAt++];
        }
        if (words == 0) {
            String separator = endSentence();
            if (!separator.isEmpty()) {
                return separator;
            }
        }
        return word();
    }

    private String word() {
        // A sentence does not end just before the text does.
        words = left == 0 ? 0 : Math.max(words - 1, left < 3 ? 1 : 0);
        int word = between(0, WORDS.length - 1);
        int dice = between(0, 99);
        if (first) {
            first = false;
            String[] form = atLineStart ? FIRST : NEXT;
            atLineStart = false;
            return form[word];
        }
        if (words == 0) {
            return block == Block.HEADING && left > 0
                    ? INSIDE[word]
                    : dice < 10 ? ASK[word] : STOP[word];
        }
        if (dice < 8) {
            return COMMA[word];
        }
        return dice == 8 ? STRONG[word] : dice == 9 ? CODE[word] : INSIDE[word];
    }

    /// What stands between the sentence that ended and the next one, which it begins.
    private String endSentence() {
        sentences--;
        first = true;
        words = block == Block.LIST ? between(3, 7) : between(6, 14);
        if (sentences > 0) {
            if (block != Block.LIST) {
                return "";
            }
            atLineStart = true;
            return "\n- ";
        }
        if (left < BLOCK_TOKENS_MIN) {
            sentences = 1;
            return block == Block.PARAGRAPH ? "" : paragraph(1);
        }
        if (block == Block.HEADING) {
            return paragraph(between(2, 5));
        }
        return switch (between(0, 9)) {
            case 0, 1 -> begin(Block.LIST, between(3, 5), between(3, 7), "\n\n- ");
            case 2 -> begin(Block.HEADING, 1, between(2, 4), "\n\n## ");
            case 3 -> {
                snippet = SNIPPETS.get(between(0, SNIPPETS.size() - 1));
                snippetAt = 0;
                yield begin(Block.CODE, 1, 0, "\n\n");
            }
            default -> paragraph(between(2, 5));
        };
    }

    private String paragraph(int ofSentences) {
        return begin(Block.PARAGRAPH, ofSentences, between(6, 14), "\n\n");
    }

    private String begin(Block begun, int ofSentences, int ofWords, String separator) {
        block = begun;
        sentences = ofSentences;
        words = ofWords;
        first = true;
        atLineStart = true;
        return separator;
    }

    /// SplitMix64, of which one step is all the state there is.
    private int between(int min, int max) {
        random += 0x9e3779b97f4a7c15L;
        long mixed = (random ^ (random >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        mixed ^= mixed >>> 31;
        return min + (int) Long.remainderUnsigned(mixed, max - min + 1L);
    }

    private static String[] forms(String before, String after, boolean capital) {
        var forms = new String[WORDS.length];
        for (int i = 0; i < forms.length; i++) {
            String word = WORDS[i];
            String cased =
                    capital ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : word;
            forms[i] = before + cased + after;
        }
        return forms;
    }

    /// A snippet of code in pieces: each word with the blanks before it.
    private static String[] tokens(String code) {
        return code.split("(?<=\\S)(?=\\s)");
    }
}
