// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Frontend

@Suite struct ClangTests {
  /// Writes a program that calls itself a clang of a version.
  private func writeClang(_ version: String, to path: String, in scratch: ScratchFolder) throws {
    let file = try scratch.write("#!/bin/sh\necho 'clang version \(version).1.0 (x)'\n", to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
  }

  @Test func theClangOfTheToolchainIsSupported() async throws {
    let clang = try await Clang.find()
    #expect(Clang.supportedMajors.contains(clang.major))
  }

  @Test func theClangBesideSwiftComesFirst() async throws {
    let scratch = try ScratchFolder()
    try writeClang("21", to: "first/clang", in: scratch)
    try writeClang("21", to: "toolchain/clang", in: scratch)
    try writeClang("21", to: "toolchain/swift", in: scratch)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("first/swift"), withDestinationPath: scratch.path("toolchain/swift"))
    let clang = try await Clang.find(environment: ["PATH": scratch.path("first")])
    #expect(clang.path.hasSuffix("/toolchain/clang"))
  }

  @Test func aClangOfAnotherVersionIsPassedOver() async throws {
    let scratch = try ScratchFolder()
    try writeClang("14", to: "old/clang", in: scratch)
    try writeClang("21", to: "new/clang-21", in: scratch)
    let path = "\(scratch.path("old")):\(scratch.path("new"))"
    #expect(try await Clang.find(environment: ["PATH": path]).path == scratch.path("new/clang-21"))
  }

  @Test func onlyOtherVersionsIsAnErrorThatNamesThem() async throws {
    let scratch = try ScratchFolder()
    try writeClang("14", to: "old/clang", in: scratch)
    let error = await #expect(throws: FrontendError.self) {
      try await Clang.find(environment: ["PATH": scratch.path("old")])
    }
    #expect(
      error?.description == "only other versions of clang found: \(scratch.path("old/clang")) "
        + "(clang version 14.1.0 (x)); supported is clang 21; give --clang PATH")
  }

  @Test func aGivenClangOfAnotherVersionIsRefused() async throws {
    let scratch = try ScratchFolder()
    try writeClang("14", to: "clang", in: scratch)
    await #expect(
      throws: FrontendError.clangUnsupported(
        found: ["\(scratch.path("clang")) (clang version 14.1.0 (x))"])
    ) { try await Clang.find(environment: ["VMAPCHECK_CLANG": scratch.path("clang")]) }
  }

  @Test func noClangIsAnError() async throws {
    await #expect(throws: FrontendError.clangMissing(tried: ["/nowhere/clang"])) {
      try await Clang.find(at: "/nowhere/clang")
    }
    await #expect(throws: FrontendError.self) {
      try await Clang.find(environment: ["PATH": "/nowhere"])
    }
  }

  @Test func aProgramThatIsNoClangIsAnError() async throws {
    await #expect(throws: FrontendError.self) { try await Clang.find(at: "/bin/true") }
  }
}
