import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.HttpConnectStrategy;
import com.launchdarkly.eventsource.MessageEvent;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** Streams as Java programs read them. See ../program.ts for what is asked and answered. */
class Clients {
  private static final Gson gson = new Gson();

  private static synchronized void tell(int stream, String event, String data) {
    JsonObject seen = new JsonObject();
    seen.addProperty("stream", stream);
    seen.addProperty("event", event);
    seen.addProperty("data", data);
    System.out.println(gson.toJson(seen));
  }

  /**
   * Not through an InputStreamReader: it reads on for as long as a stream says that there may be more, which
   * GZIPInputStream always says, and shows an event with the next one.
   */
  private static String readLine(InputStream plain) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int one; (one = plain.read()) != '\n'; line.write(one)) if (one < 0) return null;
    return line.toString(StandardCharsets.UTF_8);
  }

  /** The JDK's client asks for no coding by itself; GZIPInputStream is what one wraps its body in. */
  private static void httpClient(int stream, URI url, boolean gzip) throws InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    String lastId = null;
    for (;;) {
      HttpRequest.Builder request = HttpRequest.newBuilder(url);
      if (gzip) request.header("Accept-Encoding", "gzip");
      if (lastId != null) request.header("Last-Event-ID", lastId);
      try (InputStream body = client.send(request.build(), BodyHandlers.ofInputStream()).body()) {
        InputStream plain = gzip ? new GZIPInputStream(body) : body;
        String event = "", data = "";
        for (String line; (line = readLine(plain)) != null; ) {
          int colon = line.indexOf(": ");
          String name = colon < 0 ? line : line.substring(0, colon);
          String value = colon < 0 ? "" : line.substring(colon + 2);
          if (name.equals("id")) lastId = value;
          else if (name.equals("event")) event = value;
          else if (name.equals("data")) data += value;
          else if (line.isEmpty()) {
            if (!data.isEmpty()) tell(stream, event, data);
            event = data = "";
          }
        }
      } catch (IOException cutOff) {
        // Comes back below.
      }
      Thread.sleep(100);
    }
  }

  /** OkHttp asks for gzip and takes it off by itself, unless the request says what it accepts. */
  private static void okhttp(int stream, URI url, boolean gzip) throws Exception {
    HttpConnectStrategy connect = ConnectStrategy.http(url);
    if (!gzip) connect = connect.header("Accept-Encoding", "identity");
    EventSource source = new EventSource.Builder(connect).errorStrategy(ErrorStrategy.alwaysContinue()).build();
    for (MessageEvent message : source.messages()) tell(stream, message.getEventName(), message.getData());
  }

  private static void watch(JsonObject one) {
    int stream = one.get("stream").getAsInt();
    URI url = URI.create(one.get("url").getAsString());
    boolean gzip = one.get("gzip").getAsBoolean();
    try {
      if (one.get("client").getAsString().equals("okhttp-eventsource")) okhttp(stream, url, gzip);
      else httpClient(stream, url, gzip);
    } catch (Exception error) {
      error.printStackTrace();
    }
  }

  public static void main(String[] args) throws IOException {
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order; (order = orders.readLine()) != null; ) {
      JsonObject one = gson.fromJson(order, JsonObject.class);
      Thread thread = new Thread(() -> watch(one));
      thread.setDaemon(true);
      thread.start();
    }
  }
}
