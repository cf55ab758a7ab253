package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

import dev.backout.kernel.Rejected;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Second copies in a bucket that enforces what it was told. */
class S3CopiesTests {

	static final String BUCKET = "vault";

	static final int PART = 5 << 20;

	@TempDir
	Path data;

	final Instant until = Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.SECONDS);

	LockingS3 s3;

	S3Client client;

	FileStore store;

	FileStore.Stored stored;

	@BeforeEach
	void aBackupAndABucket() throws IOException {
		this.s3 = new LockingS3();
		this.client = SecondStore.client(this.s3.endpoint(), "us-east-1",
				StaticCredentialsProvider.create(AwsBasicCredentials.create("us", "secret")));
		this.store = new FileStore(this.data.resolve("backups"), ManifestKey.in(this.data.resolve("backup.key")));
		this.stored = aBackup("shop-1");
	}

	@AfterEach
	void stop() {
		this.client.close();
		this.s3.close();
	}

	@Test
	void copiesLargeFilesInPartsAndBringsThemBack() throws IOException {
		copies().put(this.stored, this.until, Progress.NONE);
		var back = Files.createDirectories(this.data.resolve("elsewhere/shop-1"));

		copies().fetch("shop-1", back, Progress.NONE);

		assertThat(copies().ids()).containsExactly("shop-1");
		assertThat(this.store.beside(this.data.resolve("elsewhere")).open("shop-1").damage()).isEmpty();
		assertThat(this.s3.keys.values())
			.allSatisfy((versions) -> assertThat(versions).singleElement().satisfies((version) -> {
				assertThat(version.mode).isEqualTo("COMPLIANCE");
				assertThat(version.until).isEqualTo(this.until);
			}));
	}

	@Test
	void copyingAgainCopiesNothing() {
		copies().put(this.stored, this.until, Progress.NONE);
		var versions = this.s3.keys.values().stream().mapToInt(java.util.Collection::size).sum();

		copies().put(this.stored, this.until, Progress.NONE);

		assertThat(this.s3.keys.values().stream().mapToInt(java.util.Collection::size).sum()).isEqualTo(versions);
	}

	@ParameterizedTest
	@EnumSource(value = ObjectLockMode.class, names = { "GOVERNANCE", "COMPLIANCE" })
	void nothingIsDeletedBeforeItsTime(ObjectLockMode mode) {
		var copies = copies(mode, PART);
		copies.put(this.stored, this.until, Progress.NONE);

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> copies.delete("shop-1"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.retained"))
			.withMessageContaining("AccessDenied");
		assertThat(copies.ids()).containsExactly("shop-1");

		this.s3.now = this.until.plusSeconds(1);
		copies.delete("shop-1");
		assertThat(copies.ids()).isEmpty();
		assertThat(this.s3.keys.values()).allSatisfy((versions) -> assertThat(versions).isEmpty());
	}

	@Test
	void retentionIsMadeLongerAndNeverShorter() {
		copies().put(this.stored, this.until, Progress.NONE);

		copies().retain("shop-1", this.until.plus(Duration.ofDays(300)));

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> copies().retain("shop-1", this.until));
		this.s3.now = this.until.plusSeconds(1);
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> copies().delete("shop-1"));
		assertThatExceptionOfType(S3Exception.class)
			.isThrownBy(() -> this.client.putObjectRetention((put) -> put.bucket(BUCKET)
				.key("vault/shop-1/manifest.json")
				.retention((to) -> to.mode(ObjectLockRetentionMode.GOVERNANCE)
					.retainUntilDate(this.until.plus(Duration.ofDays(400))))));
	}

	@Test
	void aHoldOutlastsTheRetention() {
		copies().put(this.stored, this.until, Progress.NONE);
		copies().hold("shop-1", true);
		this.s3.now = this.until.plusSeconds(1);

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> copies().delete("shop-1"));

		copies().hold("shop-1", false);
		copies().delete("shop-1");
		assertThat(copies().ids()).isEmpty();
	}

	@Test
	void markersAndVersionsOnTopChangeNothing() throws IOException {
		copies().put(this.stored, this.until, Progress.NONE);
		this.client.deleteObject((delete) -> delete.bucket(BUCKET).key("vault/shop-1/manifest.json"));
		this.client.putObject((put) -> put.bucket(BUCKET).key("vault/shop-1/manifest.json"),
				RequestBody.fromString("{}"));
		this.client.putObject((put) -> put.bucket(BUCKET).key("vault/shop-1/data/small"),
				RequestBody.fromString("evil"));
		var back = Files.createDirectories(this.data.resolve("elsewhere/shop-1"));

		assertThat(copies().ids()).containsExactly("shop-1");
		copies().fetch("shop-1", back, Progress.NONE);

		assertThat(this.store.beside(this.data.resolve("elsewhere")).open("shop-1").damage()).isEmpty();
	}

	@Test
	void theStoreItselfRefusesToOverwrite() {
		copies().put(this.stored, this.until, Progress.NONE);

		assertThatExceptionOfType(S3Exception.class).isThrownBy(
				() -> this.client.putObject((put) -> put.bucket(BUCKET).key("vault/shop-1/data/small").ifNoneMatch("*"),
						RequestBody.fromString("evil")))
			.satisfies((ex) -> assertThat(ex.statusCode()).isEqualTo(412));
	}

	@Test
	void aLostConnectionLeavesNothingListedAndTheNextAttemptFinishes() {
		for (int answered = 1; answered < 12; answered++) {
			this.s3.keys.clear();
			this.s3.requests = 0;
			this.s3.cutAfter = answered;
			try {
				copies().put(this.stored, this.until, Progress.NONE);
			}
			catch (Rejected ex) {
				assertThat(ex.code()).isEqualTo("backup.store");
				this.s3.cutAfter = -1;
				assertThat(copies().ids()).as("after %d answers", answered).isEmpty();
			}
			this.s3.cutAfter = -1;

			copies().put(this.stored, this.until, Progress.NONE);

			assertThat(copies().ids()).containsExactly("shop-1");
			assertThat(this.s3.uploadsUnderWay()).isZero();
		}
	}

	@Test
	void aBucketThatLocksNothingIsRefused() {
		this.s3.locks = false;

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> copies().put(this.stored, this.until, Progress.NONE))
			.withMessageContaining("no object lock");
		assertThat(this.s3.keys).isEmpty();
	}

	@Test
	void aFileOfAnotherBackupUnderOurNameIsNotTakenForOurs() {
		this.client.putObject((put) -> put.bucket(BUCKET).key("vault/shop-1/data/small"),
				RequestBody.fromString("somebody else's"));

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> copies().put(this.stored, this.until, Progress.NONE))
			.withMessageContaining("another");
		assertThat(copies().ids()).isEmpty();
	}

	@Test
	void whoeverDoesNotSignIsRefused() {
		try (var nobody = SecondStore.client(this.s3.endpoint(), "us-east-1", AnonymousCredentialsProvider.create())) {
			var copies = new S3Copies(nobody, BUCKET, "vault/", ObjectLockMode.COMPLIANCE, PART);

			assertThatExceptionOfType(Rejected.class)
				.isThrownBy(() -> copies.put(this.stored, this.until, Progress.NONE));
		}
	}

	private S3Copies copies() {
		return copies(ObjectLockMode.COMPLIANCE, PART);
	}

	private S3Copies copies(ObjectLockMode mode, int part) {
		return new S3Copies(this.client, BUCKET, "vault/", mode, part);
	}

	/** A small file, and one of three parts. */
	private FileStore.Stored aBackup(String id) throws IOException {
		try (var partial = this.store.begin(id)) {
			var data = Files.createDirectories(partial.directory().resolve("data"));
			Files.writeString(data.resolve("small"), "rows");
			var large = new byte[2 * PART + 17];
			new Random(1).nextBytes(large);
			Files.write(data.resolve("large"), large);
			return partial.commit(AManifest.of(id, partial.files(new TreeMap<>()), List.of()));
		}
	}

}
