// A technician's client: takes signed offers and accepts them. Run: SECRET=whsec_… java docs/examples/Technician.java

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Technician {
    static final String SECRET = Objects.requireNonNullElse(System.getenv("SECRET"), "");
    static final byte[] KEY = Base64.getDecoder().decode(SECRET.startsWith("whsec_") ? SECRET.substring(6) : "");

    public static void main(String[] args) throws IOException {
        if (!SECRET.startsWith("whsec_")) {
            System.err.println("set SECRET to your endpoint's secret (whsec_…)");
            System.exit(1);
        }
        int port = Integer.parseInt(Objects.requireNonNullElse(System.getenv("PORT"), "9000"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", Technician::take);
        server.start();
    }

    static void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean genuine = genuine(exchange, body);
        String told = new String(body, "UTF-8");
        boolean offered = told.startsWith("{\"type\":\"job.offered\""); // your JSON library reads the rest
        byte[] answer = (genuine && offered ? "{\"decision\": \"accept\"}" : "{}").getBytes();
        exchange.sendResponseHeaders(genuine ? 200 : 401, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
        System.out.println(genuine ? told : "not genuine"); // a job_token comes with job.accepted
    }

    static boolean genuine(HttpExchange exchange, byte[] body) {
        String id = header(exchange, "webhook-id"), at = header(exchange, "webhook-timestamp");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            mac.update((id + "." + at + ".").getBytes());
            byte[] good = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes();
            boolean signed = Arrays.stream(header(exchange, "webhook-signature").split(" "))
                .anyMatch(given -> MessageDigest.isEqual(given.getBytes(), good));
            return signed && Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(at)) < 300;
        } catch (java.security.GeneralSecurityException | NumberFormatException error) {
            return false;
        }
    }

    static String header(HttpExchange exchange, String name) {
        return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(name), "");
    }
}
