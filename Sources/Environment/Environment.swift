// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The kernel's environment in C: headers for specs, and the model that they run in.
public enum EnvironmentFiles {
  /// The folder of `vmapcheck/` (headers) and `model/` (the model's units).
  public static var folder: URL { place(of: "kernel") }

  /// The folder of the machine `mmu`: what the model runs on natively.
  public static var runner: URL { place(of: "runner") }

  /// The folder of what runs specs in a real kernel: a module, and its guest's only process.
  public static var module: URL { place(of: "module") }

  private static func place(of name: String) -> URL {
    Bundle.module.resourceURL?.appendingPathComponent(name, isDirectory: true)
      ?? Bundle.module.bundleURL.appendingPathComponent(name, isDirectory: true)
  }
}
