package dev.hubbub.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.conversation.Image;

import org.jspecify.annotations.Nullable;

/// Takes in conversations of other programs.
final class ForeignReader {

    private final Intake intake;
    private final int charsMax;
    private final Files files;

    /// The files of an archive.
    interface Files {

        /// The bytes of one whose name begins so, or null.
        byte @Nullable [] find(String nameStart);
    }

    ForeignReader(Intake intake, int charsMax, Files files) {
        this.intake = intake;
        this.charsMax = charsMax;
        this.files = files;
    }

    void problem(String where, String detail) {
        intake.problem(where, detail);
    }

    /// Takes in the conversation that this object is.
    ///
    /// @return false when it is none that is known
    boolean take(JsonNode node, String number) {
        if (!(node instanceof ObjectNode chat)) {
            return false;
        }
        for (Foreign program : Foreign.ALL) {
            if (program.fits(chat)) {
                String title = Titles.clean(Foreign.firstText(chat, "title", "name"), 80);
                String where = title.isEmpty() ? number : number + " “" + title + "”";
                take(program.read(chat, around(where)), where);
                return true;
            }
        }
        return false;
    }

    void take(ForeignChat chat, String where) {
        intake.chat(chat.read(where, intake::idOf, charsMax, intake));
    }

    private Foreign.Around around(String where) {
        return new Foreign.Around() {
            @Override
            public @Nullable Image image(byte[] content) {
                return intake.image(where, content);
            }

            @Override
            public byte @Nullable [] file(String nameStart) {
                return files.find(nameStart);
            }

            @Override
            public void problem(String detail) {
                intake.problem(where, detail);
            }
        };
    }
}
