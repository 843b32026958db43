import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.EventsApi;
import org.openapitools.client.api.ImagesApi;
import org.openapitools.client.api.JobsApi;

/** Prints what the service answered, as JSON: {@code Program URL FILE...}. */
public final class Program {
  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(arguments[0]);
    List<File> files = Arrays.stream(arguments).skip(1).map(File::new).toList();
    var answer = new ImagesApi(client)
        .process(files, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    var jobs = new JobsApi(client);
    var job = jobs.createJob(
        files, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    var results = jobs.listResults(job.getId(), null, null, null, 30, null, null, null, null, null, null);
    var events = new EventsApi(client).listJobEvents(job.getId(), null, null, null, null, null, null, null, null);
    var report = Map.of(
        "faces", answer.getImages().stream().map(image -> image.getFaces()).toList(),
        "state", results.getJobState(),
        "results", results.getItems().stream().map(image -> image.getResult().getFaces()).toList(),
        "firstEvent", events.getItems().get(0).getType());
    System.out.println(ApiClient.createDefaultObjectMapper().writeValueAsString(report));
  }
}
