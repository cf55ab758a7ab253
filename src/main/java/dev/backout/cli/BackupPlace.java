package dev.backout.cli;

import java.net.URI;

import dev.backout.backup.SecondPlace;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where second copies are. */
final class BackupPlace {

	@Spec(Spec.Target.MIXEE)
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	@Option(names = { "--from", "--to" }, paramLabel = "PLACE",
			description = "Second copies: s3://bucket/prefix/ or a directory.")
	@Nullable String place;

	@Option(names = "--endpoint", paramLabel = "URL", description = "Address of an S3 that is not Amazon's.")
	@Nullable URI endpoint;

	@Option(names = "--region", defaultValue = "us-east-1",
			description = "Region of the bucket. Default: ${DEFAULT-VALUE}.")
	String region = "us-east-1";

	@Option(names = "--access-key", paramLabel = "ID",
			description = "Id of the key to the bucket. Default: what the environment offers.")
	@Nullable String accessKey;

	@Option(names = "--secret-key", paramLabel = "REF", description = "Its secret, env:NAME or file:/path.")
	@Nullable String secretKey;

	@Option(names = "--mode", paramLabel = "MODE", defaultValue = "governance",
			description = "How copies are locked: governance, or compliance, which nobody can undo. Default: ${DEFAULT-VALUE}.")
	String mode = "governance";

	SecondPlace place() {
		if (this.place == null) {
			throw new ParameterException(this.spec.commandLine(),
					"Say where the copy is: --from (or --to) s3://bucket/prefix/, or a directory");
		}
		return SecondPlace.of(this.place, this.endpoint, this.region, this.accessKey, this.secretKey, this.mode);
	}

}
