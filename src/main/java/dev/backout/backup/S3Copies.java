package dev.backout.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.backout.kernel.Rejected;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Copies in an S3 bucket with Object Lock. Every object is locked as it is written and
 * never written again; of each key the oldest version counts, which is ours, because we
 * write only where there is none. A version that somebody puts on top, or a delete
 * marker, changes nothing.
 */
final class S3Copies implements CopyStore {

	private static final String SHA256 = "sha256";

	private final S3Client client;

	private final String bucket;

	private final String prefix;

	private final ObjectLockMode mode;

	private final int partBytes;

	private volatile boolean looked;

	/**
	 * Opens a store.
	 * @param prefix of the keys, empty or ending in a slash
	 * @param partBytes of an upload in parts; as much memory is used
	 */
	S3Copies(S3Client client, String bucket, String prefix, ObjectLockMode mode, int partBytes) {
		this.client = client;
		this.bucket = bucket;
		this.prefix = prefix;
		this.mode = mode;
		this.partBytes = partBytes;
	}

	@Override
	public String name() {
		return "s3://%s/%s".formatted(this.bucket, this.prefix);
	}

	@Override
	public String protection() {
		return "S3_" + this.mode;
	}

	@Override
	public Set<String> ids() {
		var end = "/" + FileStore.MANIFEST;
		var ids = new HashSet<String>();
		versions("").keySet()
			.stream()
			.filter((file) -> file.endsWith(end))
			.forEach((file) -> ids.add(file.substring(0, file.length() - end.length())));
		return ids;
	}

	@Override
	public void put(FileStore.Stored stored, Instant retainUntil, Progress progress) {
		calling("'%s' cannot be copied".formatted(stored.manifest().id()), () -> {
			demandObjectLock();
			var id = stored.manifest().id();
			abortLeftovers(id);
			var there = versions(id + "/");
			var files = files(stored);
			long done = 0;
			var total = files.stream().mapToLong((file) -> FileStore.size(stored.directory().resolve(file))).sum();
			for (var file : files) {
				progress.checkpoint();
				var path = stored.directory().resolve(file);
				var version = there.get(id + "/" + file);
				if (version == null) {
					put(path, id + "/" + file, retainUntil, progress);
				}
				else {
					demandSame(path, version);
				}
				done += FileStore.size(path);
				progress.at(done >> 20, total >> 20, "MB");
			}
		});
	}

	/** The manifest comes last: it says that the others are there. */
	private static List<String> files(FileStore.Stored stored) {
		var files = new ArrayList<>(stored.manifest().files().keySet());
		files.add(FileStore.SIGNATURE);
		files.add(FileStore.MANIFEST);
		return files;
	}

	/** What an earlier attempt has left must be what we would write. */
	private void demandSame(Path path, ObjectVersion version) {
		var head = this.client
			.headObject((head1) -> head1.bucket(this.bucket).key(version.key()).versionId(version.versionId()));
		var same = head.contentLength() == FileStore.size(path)
				&& FileStore.sha256(path).equals(head.metadata().get(SHA256));
		if (!same) {
			throw new Rejected("backup.store",
					"%s holds another '%s' than ours already: copy to another prefix".formatted(name(), version.key()));
		}
	}

	private void put(Path path, String file, Instant retainUntil, Progress progress) throws IOException {
		var key = this.prefix + file;
		var metadata = Map.of(SHA256, FileStore.sha256(path));
		if (FileStore.size(path) > this.partBytes) {
			inParts(path, key, metadata, retainUntil, progress);
			return;
		}
		this.client.putObject((put) -> put.bucket(this.bucket)
			.key(key)
			.ifNoneMatch("*")
			.checksumAlgorithm(ChecksumAlgorithm.SHA256)
			.metadata(metadata)
			.objectLockMode(this.mode)
			.objectLockRetainUntilDate(retainUntil), RequestBody.fromFile(path));
	}

	private void inParts(Path path, String key, Map<String, String> metadata, Instant retainUntil, Progress progress)
			throws IOException {
		var upload = this.client
			.createMultipartUpload((create) -> create.bucket(this.bucket)
				.key(key)
				.checksumAlgorithm(ChecksumAlgorithm.SHA256)
				.metadata(metadata)
				.objectLockMode(this.mode)
				.objectLockRetainUntilDate(retainUntil))
			.uploadId();
		try (var in = Files.newInputStream(path)) {
			var parts = new ArrayList<CompletedPart>();
			for (var bytes = part(in); bytes.length > 0; bytes = part(in)) {
				progress.checkpoint();
				parts.add(part(key, upload, parts.size() + 1, bytes));
			}
			this.client.completeMultipartUpload((complete) -> complete.bucket(this.bucket)
				.key(key)
				.uploadId(upload)
				.ifNoneMatch("*")
				.multipartUpload((all) -> all.parts(parts)));
		}
		catch (IOException | RuntimeException ex) {
			abort(key, upload, ex);
			throw ex;
		}
	}

	private CompletedPart part(String key, String upload, int number, byte[] bytes) {
		var sent = this.client.uploadPart((part) -> part.bucket(this.bucket)
			.key(key)
			.uploadId(upload)
			.partNumber(number)
			.checksumAlgorithm(ChecksumAlgorithm.SHA256), RequestBody.fromBytes(bytes));
		return CompletedPart.builder()
			.partNumber(number)
			.eTag(sent.eTag())
			.checksumSHA256(sent.checksumSHA256())
			.build();
	}

	private byte[] part(InputStream in) throws IOException {
		return in.readNBytes(this.partBytes);
	}

	private void abort(String key, String upload, Exception because) {
		try {
			this.client.abortMultipartUpload((abort) -> abort.bucket(this.bucket).key(key).uploadId(upload));
		}
		catch (SdkException ex) {
			// The next attempt clears it away.
			because.addSuppressed(ex);
		}
	}

	/** What a killed process has begun: parts take room and are no object. */
	private void abortLeftovers(String id) {
		this.client.listMultipartUploads((list) -> list.bucket(this.bucket).prefix(this.prefix + id + "/"))
			.uploads()
			.forEach((upload) -> this.client.abortMultipartUpload(
					(abort) -> abort.bucket(this.bucket).key(upload.key()).uploadId(upload.uploadId())));
	}

	@Override
	public void fetch(String id, Path directory, Progress progress) {
		calling("'%s' cannot be fetched".formatted(id), () -> {
			var versions = versions(id + "/");
			if (!versions.containsKey(id + "/" + FileStore.MANIFEST)) {
				throw new Rejected("backup.unknown", "There is no backup '%s' in %s".formatted(id, name()));
			}
			for (var version : versions.entrySet()) {
				progress.checkpoint();
				var path = directory.resolve(version.getKey().substring(id.length() + 1)).normalize();
				if (!path.startsWith(directory)) {
					throw new Rejected("backup.store",
							"%s holds '%s', which is no file of a backup".formatted(name(), version.getKey()));
				}
				Files.createDirectories(path.getParent());
				this.client.getObject((get) -> get.bucket(this.bucket)
					.key(version.getValue().key())
					.versionId(version.getValue().versionId()), path);
			}
		});
	}

	@Override
	public void hold(String id, boolean held) {
		calling("The hold on '%s' cannot be set".formatted(id),
				() -> versions(id + "/").values()
					.forEach((version) -> this.client.putObjectLegalHold((hold) -> hold.bucket(this.bucket)
						.key(version.key())
						.versionId(version.versionId())
						.legalHold((status) -> status
							.status(held ? ObjectLockLegalHoldStatus.ON : ObjectLockLegalHoldStatus.OFF)))));
	}

	@Override
	public void retain(String id, Instant until) {
		calling("'%s' cannot be kept longer".formatted(id),
				() -> versions(id + "/").values()
					.forEach((version) -> this.client.putObjectRetention((retention) -> retention.bucket(this.bucket)
						.key(version.key())
						.versionId(version.versionId())
						.retention((to) -> to.mode(ObjectLockRetentionMode.fromValue(this.mode.toString()))
							.retainUntilDate(until)))));
	}

	/**
	 * By version: without one, S3 only puts a marker on top and says that it did.
	 */
	@Override
	public void delete(String id) {
		calling("'%s' cannot be deleted".formatted(id), () -> {
			var versions = new ArrayList<>(versions(id + "/").values());
			// The manifest first, so that nothing half deleted is listed.
			versions.sort(java.util.Comparator.comparing((version) -> !version.key().endsWith(FileStore.MANIFEST)));
			for (var version : versions) {
				this.client.deleteObject(
						(delete) -> delete.bucket(this.bucket).key(version.key()).versionId(version.versionId()));
			}
		});
	}

	/** Of each file the oldest version, by its name below the prefix. */
	private Map<String, ObjectVersion> versions(String below) {
		var oldest = new TreeMap<String, ObjectVersion>();
		this.client.listObjectVersionsPaginator((list) -> list.bucket(this.bucket).prefix(this.prefix + below))
			.versions()
			// Newest first within a key.
			.forEach((version) -> oldest.put(version.key().substring(this.prefix.length()), version));
		return oldest;
	}

	/** A bucket that locks nothing is refused: what it cannot promise is not claimed. */
	private void demandObjectLock() {
		if (this.looked) {
			return;
		}
		try {
			var lock = this.client.getObjectLockConfiguration((get) -> get.bucket(this.bucket));
			if (lock.objectLockConfiguration().objectLockEnabled() == ObjectLockEnabled.ENABLED) {
				this.looked = true;
				return;
			}
		}
		catch (S3Exception ex) {
			if (ex.statusCode() != 404) {
				throw ex;
			}
		}
		throw new Rejected("backup.store",
				"Bucket '%s' has no object lock: it would promise nothing. Make one with object lock enabled"
					.formatted(this.bucket));
	}

	private void calling(String what, Call call) {
		try {
			call.run();
		}
		catch (S3Exception ex) {
			if (ex.statusCode() == 403) {
				throw new Rejected("backup.retained", "%s: %s refuses (%s)".formatted(what, name(),
						Optional.ofNullable(ex.awsErrorDetails()).map((error) -> error.errorCode()).orElse("403")));
			}
			throw new Rejected("backup.store", "%s: %s says %d %s".formatted(what, name(), ex.statusCode(),
					Optional.ofNullable(ex.awsErrorDetails()).map((error) -> error.errorCode()).orElse("")));
		}
		catch (SdkException ex) {
			throw new Rejected("backup.store", "%s: %s does not answer (%s)".formatted(what, name(), ex.getMessage()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(what, ex);
		}
	}

	private interface Call {

		void run() throws IOException;

	}

}
