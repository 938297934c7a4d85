// SPDX-License-Identifier: Apache-2.0

/// The version of vmapcheck.
public enum Version {
  /// As `vmapcheck --version` prints it.
  public static let current = "0.1.0"
}
