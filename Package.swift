// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
  name: "vmapcheck",
  products: [
    .executable(name: "vmapcheck", targets: ["vmapcheck"]),
    .executable(name: "vmapcheck-benchmark", targets: ["Benchmark"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(name: "CZ3", pkgConfig: "z3", providers: [.apt(["libz3-dev"])]),
    .target(name: "SMT", dependencies: ["CZ3"]),
    .target(name: "LLVMIR"),
    .target(
      name: "KernelSource",
      dependencies: [.product(name: "Subprocess", package: "swift-subprocess")]),
    .target(name: "Execution", dependencies: ["LLVMIR", "SMT"]),
    // The kernel's environment in C: read by the verifier's clang at run time, never
    // compiled by SwiftPM.
    .target(
      name: "Environment", exclude: ["LICENSE"],
      resources: [.copy("kernel"), .copy("runner"), .copy("module")]),
    .target(
      name: "Frontend",
      dependencies: [
        "Environment", "KernelSource", "LLVMIR",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .target(name: "Verifier", dependencies: ["Execution", "Frontend", "LLVMIR", "SMT"]),
    .target(
      name: "Replay",
      dependencies: [
        "Execution", "Frontend", "Verifier",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .target(
      name: "Recheck",
      dependencies: [
        "Frontend", "Verifier", .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .target(
      name: "Report",
      dependencies: ["Execution", "Frontend", "Recheck", "Replay", "SMT", "Verifier"]),
    .executableTarget(
      name: "vmapcheck",
      dependencies: [
        "Environment", "Execution", "Frontend", "KernelSource", "Recheck", "Replay", "Report",
        "SMT", "Verifier",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    // It runs the command beside it.
    .executableTarget(
      name: "Benchmark",
      dependencies: [
        "vmapcheck",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      // C for CBMC, never compiled by SwiftPM.
      resources: [.copy("vmap_folio_ranges.c")]),
    .testTarget(name: "LLVMIRTests", dependencies: ["LLVMIR"]),
    .testTarget(name: "SMTTests", dependencies: ["SMT"]),
    .testTarget(name: "KernelSourceTests", dependencies: ["KernelSource"]),
    .testTarget(name: "FrontendTests", dependencies: ["Frontend"]),
    .testTarget(
      name: "ExecutionTests",
      dependencies: [
        "Execution", "LLVMIR", "SMT", .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      // C for the differential suite: compiled by the tests, never by SwiftPM.
      resources: [.copy("Programs")]),
    .testTarget(name: "ReplayTests", dependencies: ["Replay", "Verifier"]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "vmapcheck", .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      exclude: ["Specs", "Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
