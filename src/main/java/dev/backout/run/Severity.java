package dev.backout.run;

/** How bad the incident is; SEV1 is worst. */
public enum Severity {

	SEV1, SEV2, SEV3, SEV4, SEV5

}
