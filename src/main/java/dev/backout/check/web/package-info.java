/** Checks and deviations over HTTP. */
@NullMarked
package dev.backout.check.web;

import org.jspecify.annotations.NullMarked;
