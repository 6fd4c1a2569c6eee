import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import software.amazon.event.ruler.Machine;

/** Reads {"patterns": {name: pattern}, "events": [event]} and prints, for each event, the names of the patterns that match it. */
final class Match {
  public static void main(String[] arguments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode asked = json.readTree(System.in);
    Machine machine = Machine.builder().build();
    for (var pattern : asked.get("patterns").properties()) {
      machine.addRule(pattern.getKey(), pattern.getValue().toString());
    }
    List<List<String>> matched = new ArrayList<>();
    for (JsonNode event : asked.get("events")) {
      matched.add(machine.rulesForJSONEvent(event.toString()).stream().sorted().toList());
    }
    json.writeValue(System.out, matched);
  }
}
