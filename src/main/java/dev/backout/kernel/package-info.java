/** Ids, digests, checks and refusals that every module shares; knows no feature. */
@NullMarked
package dev.backout.kernel;

import org.jspecify.annotations.NullMarked;
