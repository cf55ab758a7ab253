/** The backout plan of a release: order, scope, losses, expected time, digest. */
@NullMarked
package dev.backout.plan;

import org.jspecify.annotations.NullMarked;
