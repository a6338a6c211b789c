package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;

final class ImageRoutesTest {

    private static final int BYTES_MAX = 1000;
    private static final int USER_BYTES_MAX = 2500;

    private final Running running =
            new Running(
                    ServerConfig.DEFAULT.withImages(new ImageLimits(BYTES_MAX, USER_BYTES_MAX, 1)));

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void anImageComesBackAsItWasAndRunsNothing() throws IOException, InterruptedException {
        byte[] png = Pictures.png(1);
        Answered kept = upload(png).expecting(201);
        assertThat(kept.json().at("/image/media_type").asText()).isEqualTo("image/png");
        assertThat(kept.json().at("/image/bytes").asInt()).isEqualTo(png.length);
        String id = kept.json().at("/image/id").asText();
        HttpResponse<byte[]> shown =
                running.http.send(
                        running.request("/api/images/" + id).build(), BodyHandlers.ofByteArray());
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.body()).isEqualTo(png);
        assertThat(header(shown, "Content-Type")).isEqualTo("image/png");
        assertThat(header(shown, "Cache-Control")).contains("private").contains("immutable");
        assertThat(header(shown, "Content-Security-Policy"))
                .isEqualTo("default-src 'none'; sandbox");
        assertThat(header(shown, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(shown, "Content-Disposition")).isEqualTo("inline");
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void whatIsNoImageIsRefusedWhateverItSaysItIs() {
        Answered refused =
                running.send(
                        running.request("/api/images")
                                .header("Content-Type", "image/png")
                                .POST(BodyPublishers.ofString("<svg onload='x()'/>")));
        assertThat(code(refused.expecting(415))).isEqualTo("not_an_image");
        assertThat(code(upload(new byte[0]).expecting(415))).isEqualTo("not_an_image");
    }

    @Test
    void anImageMayBeAsLongAsTheLimitAndNoLonger() {
        upload(Pictures.png(1, BYTES_MAX)).expecting(201);
        assertThat(code(upload(Pictures.png(2, BYTES_MAX + 1)).expecting(413)))
                .isEqualTo("body_too_long");
    }

    @Test
    void aUserMayKeepAsManyBytesAsTheQuotaAndNoMore() {
        upload(Pictures.png(1, 1000)).expecting(201);
        upload(Pictures.png(1, 1000)).expecting(201);
        upload(Pictures.png(2, 1000)).expecting(201);
        Answered full = upload(Pictures.png(3, 501)).expecting(413);
        assertThat(code(full)).isEqualTo("image_quota_full");
        assertThat(full.json().get("detail").asText()).contains("2500");
        upload(Pictures.png(4, 500)).expecting(201);
        upload(Pictures.png(2, 1000)).expecting(201);
    }

    @Test
    void noMoreAreTakenAtOnceThanTheLimit() throws IOException {
        try (var slow = new Socket(InetAddress.getLoopbackAddress(), running.server.port())) {
            slow.getOutputStream()
                    .write(
                            """
                            POST /api/images HTTP/1.1\r
                            Host: 127.0.0.1\r
                            Content-Length: 100\r
                            \r
                            """
                                    .getBytes(StandardCharsets.US_ASCII));
            org.awaitility.Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(upload(Pictures.png(1)).status()).isEqualTo(429));
            Answered refused = upload(Pictures.png(1)).expecting(429);
            assertThat(code(refused)).isEqualTo("too_many_uploads");
            assertThat(refused.header("Retry-After")).isNotEmpty();
        }
        org.awaitility.Awaitility.await().until(() -> upload(Pictures.png(1)).status() == 201);
    }

    @Test
    void anImageThatIsNotThereIs404() {
        for (String id : List.of("a".repeat(64), "A".repeat(64), "x", "..%2f..%2fetc")) {
            assertThat(code(running.get("/api/images/" + id).expecting(404)))
                    .isEqualTo("image_unknown");
        }
    }

    @Test
    void aMessageMayHaveImagesAndTheModelSeesThem() {
        String id = upload(Pictures.png(1)).json().at("/image/id").asText();
        String chat = running.chat("puppet");
        String message =
                running.post("/api/chats/" + chat + "/messages", "{\"images\":[\"" + id + "\"]}")
                        .expecting(202)
                        .json()
                        .get("message_id")
                        .asText();
        Puppet.Saying saying = running.puppet.next();
        assertThat(saying.prompt().messages().getLast().pictures()).hasSize(1);
        assertThat(running.get("/api/messages/" + message).json().at("/images/0/id").asText())
                .isEqualTo(id);
        saying.end();
    }

    @Test
    void aMessageWithAnImageThatIsNotThereIsRefused() {
        String chat = running.chat("echo");
        for (String images : List.of("[\"x\"]", "[\"" + "a".repeat(64) + "\"]")) {
            Answered refused =
                    running.post(
                            "/api/chats/" + chat + "/messages",
                            "{\"content\":\"a\",\"images\":" + images + "}");
            assertThat(code(refused.expecting(422))).isEqualTo("image_unknown");
        }
        String nine = "\"x\",".repeat(8) + "\"x\"";
        Answered many =
                running.post(
                        "/api/chats/" + chat + "/messages",
                        "{\"content\":\"a\",\"images\":[" + nine + "]}");
        assertThat(code(many.expecting(422))).isEqualTo("too_many_images");
        running.post("/api/chats/" + chat + "/messages", "{\"content\":\"a\",\"images\":[1]}")
                .expecting(400);
    }

    private Answered upload(byte[] bytes) {
        return running.send(running.request("/api/images").POST(BodyPublishers.ofByteArray(bytes)));
    }

    private static String code(Answered answered) {
        return answered.json().path("code").asText();
    }
}
