package dev.backout.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerBroken;
import dev.backout.ledger.LedgerVerifier;
import dev.backout.ledger.TreeHead;
import dev.backout.ledger.VerifierKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies an export with nothing but the export and a public key. */
@Command(name = "verify", mixinStandardHelpOptions = true,
		description = "Verifies an export of the ledger. Needs no database, no network and no running Backout.",
		footer = { "",
				"Exit code 0: every entry stands as it was signed; 1: something was changed, dropped, added or moved;",
				"2: bad input." })
class LedgerVerifyCommand implements Callable<Integer> {

	private static final ObjectMapper JSON = new ObjectMapper();

	@Parameters(paramLabel = "FILE", description = "The export; may be compressed with gzip.")
	@SuppressWarnings("NullAway.Init")
	Path file;

	@Option(names = "--key", required = true, paramLabel = "KEY",
			description = "Public key of the ledger, name+id+key, or a file that holds it. May be given more than once.")
	List<String> keys = new ArrayList<>();

	@Option(names = "--expect", paramLabel = "SIZE:ROOT",
			description = "Size and root that you kept, for example from a message's footer. May be given more than once.")
	List<String> expected = new ArrayList<>();

	@Option(names = "--format", defaultValue = "text", description = "One of ${COMPLETION-CANDIDATES}.")
	Format format = Format.text;

	@Spec
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	enum Format {

		text, json

	}

	@Override
	public Integer call() throws IOException {
		var verifier = new LedgerVerifier(keys(), this.expected.stream().map(LedgerVerifyCommand::head).toList());
		try (var in = open()) {
			return holds(verifier.verify(in));
		}
		catch (LedgerBroken ex) {
			return broken(String.valueOf(ex.getMessage()));
		}
		catch (ZipException | EOFException ex) {
			return broken("The compressed file was cut short or changed: " + ex.getMessage());
		}
	}

	private int holds(LedgerVerifier.Verified verified) throws JsonProcessingException {
		var head = verified.head();
		say((this.format == Format.json)
				? JSON.writeValueAsString(Map.of("holds", true, "size", head.size(), "root", head.root(), "checkpoints",
						verified.checkpoints()))
				: "The ledger holds: %d entries, %d signed checkpoints, root %s".formatted(head.size(),
						verified.checkpoints(), head.root()));
		return 0;
	}

	private int broken(String reason) throws JsonProcessingException {
		say((this.format == Format.json) ? JSON.writeValueAsString(Map.of("holds", false, "reason", reason))
				: "The ledger does NOT hold: " + reason);
		return 1;
	}

	private void say(String line) {
		this.spec.commandLine().getOut().println(line);
	}

	/** By its first two bytes, whatever its name. */
	private InputStream open() throws IOException {
		if (!Files.isRegularFile(this.file)) {
			throw new Rejected("ledger.file", "There is no file %s: correct its name".formatted(this.file));
		}
		var raw = new BufferedInputStream(Files.newInputStream(this.file), 1 << 16);
		raw.mark(2);
		var compressed = raw.read() == 0x1f && raw.read() == 0x8b;
		raw.reset();
		return compressed ? new GZIPInputStream(raw, 1 << 16) : raw;
	}

	private List<VerifierKey> keys() throws IOException {
		var read = new ArrayList<VerifierKey>();
		for (String key : this.keys) {
			// A key has a plus sign after its name; a file name that has one can be given
			// as ./name.
			var text = Files.isRegularFile(Path.of(key)) ? Files.readString(Path.of(key)) : key;
			try {
				read.add(VerifierKey.parse(text));
			}
			catch (IllegalArgumentException ex) {
				throw new Rejected("ledger.key", String.valueOf(ex.getMessage()));
			}
		}
		return read;
	}

	private static TreeHead head(String text) {
		var parts = text.strip().split("[: ]", 2);
		if (parts.length != 2 || !parts[0].matches("[0-9]{1,18}") || !parts[1].matches("[A-Za-z0-9+/]{43}=")) {
			throw new Rejected("ledger.expect",
					"'%s' is not SIZE:ROOT, such as 120:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".formatted(text));
		}
		return new TreeHead(Long.parseLong(parts[0]), parts[1]);
	}

}
