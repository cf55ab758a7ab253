package dev.backout.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * What is said about a backup after it was taken: legal holds, their ends, longer
 * retention. Notes are numbered, signed and only ever added; a note that is missing or
 * was edited counts as a hold, because nobody knows what it said.
 */
final class StoreNotes {

	private static final JsonMapper JSON = JsonMapper.builder()
		.addModule(new JavaTimeModule())
		.disable(com.fasterxml.jackson.databind.SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
		.build();

	private final Path root;

	private final ManifestKey key;

	StoreNotes(Path root, ManifestKey key) {
		this.root = root.resolve(".notes");
		this.key = key;
	}

	/** What a note says. */
	enum Kind {

		/** Nobody may delete it, whatever its time. */
		HOLD,
		/** The hold is over. */
		RELEASE,
		/** It is kept longer. */
		RETAIN

	}

	/**
	 * A note.
	 *
	 * @param backup which one it is about
	 * @param number from 1, without gaps
	 * @param until how long it is kept, of a note that says so
	 */
	record Note(String backup, int number, Kind kind, Instant at, String actor, String reason,
			@Nullable Instant until) {
	}

	/** The hold on a backup, while there is one: who, and why. */
	Optional<Hold> hold(String backup) {
		Hold hold = null;
		for (var note : notes(backup)) {
			switch (note.kind()) {
				case HOLD -> hold = new Hold(note.actor(), note.at(), note.reason());
				case RELEASE -> hold = null;
				case RETAIN -> {
				}
			}
		}
		return Optional.ofNullable(hold);
	}

	/** How long it is kept: never shorter than its manifest says. */
	Instant retainUntil(String backup, Instant manifest) {
		return notes(backup).stream()
			.map(Note::until)
			.filter((until) -> until != null && until.isAfter(manifest))
			.max(Instant::compareTo)
			.orElse(manifest);
	}

	/** One at a time: whoever finds half a note knows that its writer is gone. */
	void add(String backup, Kind kind, String actor, String reason, @Nullable Instant until, Instant now) {
		synchronized (StoreNotes.class) {
			try {
				Files.createDirectories(this.root);
				try (var channel = FileChannel.open(this.root.resolve(".lock"), StandardOpenOption.CREATE,
						StandardOpenOption.WRITE); var lock = channel.lock()) {
					var number = notes(backup).size() + 1;
					write(new Note(backup, number, kind, now.truncatedTo(ChronoUnit.MILLIS), actor, reason, until));
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException("A note on backup '%s' cannot be written".formatted(backup), ex);
			}
		}
	}

	private void write(Note note) throws IOException {
		var directory = Files.createDirectories(this.root.resolve(note.backup()));
		var bytes = JSON.writeValueAsBytes(note);
		var signature = directory.resolve(name(note.number()) + ".sig");
		// Of a note that was never finished: there is no text to it.
		Files.deleteIfExists(signature);
		write(signature, this.key.sign(bytes).getBytes(StandardCharsets.US_ASCII));
		write(directory.resolve(name(note.number()) + ".json"), bytes);
	}

	private static void write(Path file, byte[] bytes) throws IOException {
		var temporary = Files.createTempFile(file.getParent(), ".note", null);
		try {
			try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
				channel.write(java.nio.ByteBuffer.wrap(bytes));
				channel.force(true);
			}
			temporary.toFile().setReadOnly();
			Files.createLink(file, temporary);
		}
		finally {
			Files.deleteIfExists(temporary);
		}
	}

	private List<Note> notes(String backup) {
		var notes = new ArrayList<Note>();
		for (int number = 1; number <= newest(backup); number++) {
			notes.add(read(backup, number));
		}
		return notes;
	}

	private int newest(String backup) {
		var directory = this.root.resolve(backup);
		if (Files.notExists(directory)) {
			return 0;
		}
		try (var files = Files.list(directory)) {
			return files.map((file) -> String.valueOf(file.getFileName()))
				.filter((name) -> name.matches("\\d{4}\\.json"))
				.mapToInt((name) -> Integer.parseInt(name.substring(0, 4)))
				.max()
				.orElse(0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Notes on backup '%s' cannot be listed".formatted(backup), ex);
		}
	}

	private Note read(String backup, int number) {
		var directory = this.root.resolve(backup);
		try {
			var bytes = Files.readAllBytes(directory.resolve(name(number) + ".json"));
			var note = JSON.readValue(bytes, Note.class);
			if (this.key.signed(bytes, Files.readString(directory.resolve(name(number) + ".sig")))
					&& note.backup().equals(backup) && note.number() == number) {
				return note;
			}
		}
		catch (IOException ex) {
			// Counts as a hold.
		}
		return new Note(backup, number, Kind.HOLD, Instant.EPOCH, "nobody",
				"note %d on it is missing or was edited, so nobody knows what it said".formatted(number), null);
	}

	private static String name(int number) {
		if (number > 9999) {
			throw new Rejected("backup.notes", "There are more than 9999 notes on this backup");
		}
		return "%04d".formatted(number);
	}

	/** Drops the notes on a backup that is gone. */
	void forget(String backup) throws IOException {
		var directory = this.root.resolve(backup);
		if (Files.exists(directory)) {
			try (var files = Files.list(directory)) {
				for (var file : files.toList()) {
					Files.deleteIfExists(file);
				}
			}
			Files.deleteIfExists(directory);
		}
	}

}
