// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelSource

/// The options that every C unit is compiled with.
struct ClangOptions: Sendable {
  /// The folder of the kernel environment, as an absolute path.
  var environment: String
  var kernel: KernelVersion?

  /// How traces call the environment's folder, wherever it is installed.
  static let environmentName = "environment"

  /// IR as text, as the C is written: not optimised, with names and lines, and where the blocks of
  /// local variables begin and end.
  private static let form = [
    "--no-default-config", "-S", "-emit-llvm", "-O0", "-Xclang", "-disable-O0-optnone",
    "-fno-discard-value-names", "-Xclang", "-fsanitize-address-use-after-scope", "-g",
    "-fdebug-compilation-dir=.", "-o", "-",
  ]

  /// C as the kernel means it.
  private static let language = [
    "-std=gnu11", "-fwrapv", "-fno-delete-null-pointer-checks", "-fno-strict-aliasing",
    "-fshort-wchar", "-target", "x86_64-linux-gnu", "-mno-sse", "-mno-mmx",
    "-fno-pic", "-ffreestanding", "-nostdinc",
  ]

  private static let warnings = [
    "-Wall", "-Wno-unused-function", "-Wno-unknown-pragmas",
    "-Werror=implicit-function-declaration", "-Werror=incompatible-pointer-types",
    "-Werror=int-conversion",
  ]

  /// Makes clang call `__ubsan_handle_*_minimal` wherever arithmetic loses bits. It does not look at
  /// signed shifts where overflow is defined; without optimisation that is all that this changes.
  private static let arithmetic = [
    "-fno-wrapv",
    "-fsanitize=unsigned-integer-overflow,signed-integer-overflow,unsigned-shift-base,shift-base,"
      + "shift-exponent,implicit-integer-truncation,implicit-integer-sign-change,"
      + "implicit-bitfield-conversion",
    "-fsanitize-undefined-ignore-overflow-pattern=add-unsigned-overflow-test",
    "-fsanitize-minimal-runtime",
  ]

  private var common: [String] {
    var options = Self.form + Self.language + Self.warnings
    options += ["-DVMAPCHECK", "-I", environment]
    options.append("-ffile-prefix-map=\(environment)=\(Self.environmentName)")
    // 3bc753c06dd0 ("kbuild: treat char as always unsigned"), 6.2.
    let isSigned = kernel.map { $0 < KernelVersion(major: 6, minor: 2, patch: 0) } ?? false
    options.append(isSigned ? "-fsigned-char" : "-funsigned-char")
    if let kernel { options.append("-DVMAPCHECK_KERNEL_VERSION=\(kernel.code)") }
    return options
  }

  // MARK: Native code

  /// With a call before each load and store, frame pointers, and a program's addresses for the
  /// kernel's.
  private func native(runner: String) -> [String] {
    [
      "--no-default-config", "-c", "-O0", "-g", "-fno-omit-frame-pointer",
      "-fdebug-compilation-dir=.",
    ] + Self.language + Self.warnings + [
      "-DVMAPCHECK", "-I", environment, "-include", "\(runner)/machine_layout.h",
      "-ffile-prefix-map=\(environment)=\(Self.environmentName)",
    ] + (kernel.map { ["-DVMAPCHECK_KERNEL_VERSION=\($0.code)"] } ?? [])
  }

  /// Has clang call `__tsan_read*` and `__tsan_write*` of the machine's own.
  private static let hooks = [
    "-Xclang", "-fsanitize=thread", "-mllvm", "-tsan-instrument-read-before-write",
  ]

  /// For a unit of the model in the machine.
  func forNativeModel(runner: String) -> [String] { native(runner: runner) + Self.hooks }

  /// For the unit between the model and the machine.
  func forBridge(runner: String) -> [String] {
    native(runner: runner) + ["-I", "\(environment)/model", "-I", runner]
      + ["-ffile-prefix-map=\(runner)=\(Self.machineName)"]
  }

  /// For a unit of the machine, a program like others.
  func forMachine(runner: String) -> [String] {
    [
      "--no-default-config", "-c", "-std=gnu11", "-O1", "-g", "-fno-omit-frame-pointer",
      "-fno-pic", "-Wall", "-fdebug-compilation-dir=.", "-I", environment, "-I", runner,
      "-ffile-prefix-map=\(runner)=\(Self.machineName)",
      "-ffile-prefix-map=\(environment)=\(Self.environmentName)",
    ]
  }

  /// For a spec in the machine, which may call the model's functions and no others.
  func forNativeSpec(_ spec: String, runner: String) -> [String] {
    forNativeModel(runner: runner) + ["-include", "\(runner)/spec_link.h"] + ofSpec(spec)
  }

  /// How traces call the machine's folder.
  static let machineName = "machine"

  // MARK: IR

  /// For a unit of the environment.
  var forEnvironment: [String] { common }

  /// For a spec, which may include headers beside it.
  ///
  /// - Parameter spec: the spec's path as the user gave it.
  func forSpec(_ spec: String) -> [String] { common + ofSpec(spec) }

  private func ofSpec(_ spec: String) -> [String] {
    let folder = URL(fileURLWithPath: spec).deletingLastPathComponent().path
    let given = NSString(string: spec).deletingLastPathComponent
    return Self.arithmetic
      + ["-iquote", folder, "-ffile-prefix-map=\(folder)=\(given.isEmpty ? "." : given)"]
  }
}
