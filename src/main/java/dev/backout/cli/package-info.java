/** The command line of the jar. */
@NullMarked
package dev.backout.cli;

import org.jspecify.annotations.NullMarked;
