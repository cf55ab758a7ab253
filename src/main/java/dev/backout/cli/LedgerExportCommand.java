package dev.backout.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;

import dev.backout.database.EmbeddedServer;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerExport;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the ledger into a file, from a database or from a running Backout. */
@Command(name = "export", mixinStandardHelpOptions = true,
		description = "Signs a checkpoint and writes every entry up to it into a file.",
		footer = { "", "Without --url and --server it starts the embedded database of the data directory." })
class LedgerExportCommand implements Callable<Integer> {

	@Parameters(paramLabel = "FILE", description = "Where to write; compressed when the name ends in .gz.")
	@SuppressWarnings("NullAway.Init")
	Path file;

	@Option(names = "--data-dir", paramLabel = "DIR", defaultValue = "./data",
			description = "Where the embedded database and the signing key are. Default: ${DEFAULT-VALUE}.")
	Path data = Path.of("data");

	@Option(names = "--origin", defaultValue = "backout/ledger",
			description = "Name of the log. Default: ${DEFAULT-VALUE}.")
	String origin = "backout/ledger";

	@Option(names = "--url", paramLabel = "JDBC",
			description = "Backout's own database, jdbc:postgresql://... with user and password.")
	@Nullable String url;

	@Option(names = "--server", paramLabel = "URL", description = "A running Backout, such as http://localhost:8080.")
	@Nullable URI server;

	@Option(names = "--token-file", paramLabel = "FILE",
			description = "File with an API token of an auditor, for --server.")
	@Nullable Path tokenFile;

	@Spec
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	@Override
	public Integer call() throws IOException, InterruptedException {
		Logs.quiet();
		var part = this.file.resolveSibling(this.file.getFileName() + ".part");
		try {
			try (var out = open(part)) {
				write(out);
			}
			Files.move(part, this.file, StandardCopyOption.REPLACE_EXISTING);
		}
		finally {
			Files.deleteIfExists(part);
		}
		this.spec.commandLine().getOut().println("Written: " + this.file);
		return 0;
	}

	private void write(OutputStream out) throws IOException, InterruptedException {
		if (this.server != null) {
			fetch(this.server).transferTo(out);
		}
		else if (this.url != null) {
			export(this.url, out);
		}
		else {
			try (var embedded = EmbeddedServer.start(this.data.resolve("postgres"), 0)) {
				export(embedded.url("backout") + "&user=postgres&password=postgres", out);
			}
		}
	}

	private void export(String jdbc, OutputStream out) throws IOException {
		var source = new PGSimpleDataSource();
		source.setUrl(jdbc);
		var checkpoint = LedgerExport.of(source, this.data.resolve("ledger.key"), this.origin).write(out);
		this.spec.commandLine().getOut().println("Entries and root: " + checkpoint.head());
	}

	private InputStream fetch(URI server) throws IOException, InterruptedException {
		var token = (this.tokenFile != null) ? Files.readString(this.tokenFile).strip() : "";
		var request = HttpRequest.newBuilder(server.resolve("/api/v1/ledger/export"))
			.timeout(Duration.ofMinutes(10))
			.header("Authorization", "Bearer " + token)
			.build();
		var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
		if (answer.statusCode() != 200) {
			throw new Rejected("ledger.export",
					"%s answers %d: the token needs the role auditor".formatted(server, answer.statusCode()));
		}
		return answer.body();
	}

	private OutputStream open(Path part) throws IOException {
		var raw = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16);
		return this.file.toString().endsWith(".gz") ? new GZIPOutputStream(raw, 1 << 16) : raw;
	}

}
