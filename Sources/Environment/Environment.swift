// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The kernel's environment in C: headers for specs, and the model that they run in.
public enum EnvironmentFiles {
  /// The folder of `vmapcheck/` (headers) and `model/` (the model's units).
  public static var folder: URL {
    Bundle.module.resourceURL?.appendingPathComponent("kernel", isDirectory: true)
      ?? Bundle.module.bundleURL.appendingPathComponent("kernel", isDirectory: true)
  }
}
