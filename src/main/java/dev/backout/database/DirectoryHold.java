package dev.backout.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.backout.kernel.Rejected;
import org.slf4j.LoggerFactory;

/**
 * The right to use a data directory: one process at a time has it, and loses it when it
 * ends, however it ends.
 */
final class DirectoryHold implements AutoCloseable {

	private static final long PATIENCE_SECONDS = 30;

	private final FileChannel channel;

	private DirectoryHold(FileChannel channel) {
		this.channel = channel;
	}

	/** Refused while another process holds the directory. */
	static DirectoryHold take(Path directory) throws IOException {
		var channel = FileChannel.open(directory.resolve("in-use"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE);
		if (lock(channel).isEmpty()) {
			channel.close();
			throw new Rejected("database.directory-in-use",
					"Another Backout is using the data directory %s: stop it, or choose another directory with --backout.data-dir"
						.formatted(directory.toAbsolutePath().normalize().getParent()));
		}
		return new DirectoryHold(channel);
	}

	/**
	 * Stops a server that a killed Backout left behind: nobody else can use it, and it
	 * may still be at work for sessions that nobody listens to.
	 */
	void stopOrphan(Path data) throws IOException {
		var pidFile = data.resolve("postmaster.pid");
		if (!Files.exists(pidFile)) {
			return;
		}
		var orphan = postgres(Long.parseLong(Files.readAllLines(pidFile).get(0).strip()));
		if (orphan.isPresent()) {
			LoggerFactory.getLogger(DirectoryHold.class)
				.warn("Stopping PostgreSQL process {}, which a killed Backout left behind", orphan.get().pid());
			stop(orphan.get());
		}
	}

	private static Optional<ProcessHandle> postgres(long pid) {
		return ProcessHandle.of(pid)
			.filter(ProcessHandle::isAlive)
			.filter((process) -> process.info().command().map((command) -> command.contains("postgres")).orElse(true));
	}

	private static void stop(ProcessHandle process) throws IOException {
		interrupt(process);
		try {
			process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			throw new Rejected("database.orphan",
					"PostgreSQL process %d of an earlier start does not stop: end it, then start again"
						.formatted(process.pid()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Ends its sessions and stops; a polite end would wait for whatever they do. */
	private static void interrupt(ProcessHandle process) throws IOException {
		if (System.getProperty("os.name").startsWith("Windows")) {
			process.destroy();
		}
		else {
			new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start();
		}
	}

	private static Optional<FileLock> lock(FileChannel channel) throws IOException {
		try {
			return Optional.ofNullable(channel.tryLock());
		}
		catch (OverlappingFileLockException ex) {
			return Optional.empty();
		}
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
