package dev.hubbub.store;

import dev.hubbub.conversation.MessageSearch;
import dev.hubbub.conversation.UserId;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// Questions to the table `word`, in the language of
/// [FTS5](https://www.sqlite.org/fts5.html#full_text_query_syntax). Words are letters and digits
/// and stand in quotation marks, so that nothing in them means anything to it.
final class Words {

    private Words() {}

    static String query(UserId owner, MessageSearch search) {
        var query =
                new StringBuilder("owner : \"o")
                        .append(
                                HexFormat.of()
                                        .formatHex(owner.value().getBytes(StandardCharsets.UTF_8)))
                        .append('"');
        List<List<String>> phrases = search.phrases();
        for (int i = 0; i < phrases.size(); i++) {
            query.append(" AND text : \"").append(String.join(" ", phrases.get(i))).append('"');
            if (search.open() && i == phrases.size() - 1) {
                query.append('*');
            }
        }
        return query.toString();
    }
}
