// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import KernelSource

@Suite struct KernelTreeTests {
  @Test func aVersionIsReadFromTheMakefile() {
    let text = "# SPDX\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 117\nEXTRAVERSION =\n"
    #expect(KernelVersion(makefile: text)?.description == "6.12.117")
    #expect(KernelVersion(makefile: "all:\n\techo VERSION\n") == nil)
  }

  @Test func versionsCompareByTheirNumbers() {
    #expect(
      KernelVersion(major: 6, minor: 1, patch: 192) < KernelVersion(major: 6, minor: 12, patch: 0))
    #expect(KernelVersion(major: 6, minor: 12, patch: 3).code == 0x060c03)
  }

  @Test func anUnpackedTreeIsReadInPlace() async throws {
    let scratch = try ScratchFolder()
    let tree = try await KernelTree.open(
      at: try scratch.writeTree().path, files: ["mm/a.c"], cache: scratch.cache)
    #expect(tree.name == "linux 1.2.3")
    #expect(try tree.take([TakeName("f")], from: "mm/a.c").pieces.map(\.line) == [1])
    #expect(!FileManager.default.fileExists(atPath: scratch.cache.path))
  }

  @Test func aFileThatTheTreeLacksIsNamed() async throws {
    let scratch = try ScratchFolder()
    let tree = try await KernelTree.open(at: try scratch.writeTree().path, files: [])
    #expect(throws: KernelSourceError.fileMissing(file: "mm/b.c", tree: "linux 1.2.3")) {
      try tree.text(of: "mm/b.c")
    }
  }

  @Test(arguments: ["../a.c", "/etc/passwd", "mm//a.c", "", "mm/"])
  func aPathOutsideTheTreeIsRefused(path: String) async throws {
    let scratch = try ScratchFolder()
    let folder = try scratch.writeTree().path
    await #expect(throws: KernelSourceError.invalidFilePath(path)) {
      try await KernelTree.open(at: folder, files: [path])
    }
  }

  @Test func aMissingPathIsNamed() async {
    await #expect(throws: KernelSourceError.pathMissing("/nowhere")) {
      try await KernelTree.open(at: "/nowhere", files: [])
    }
  }

  @Test func aFolderWithoutMakefileIsNoTree() async throws {
    let scratch = try ScratchFolder()
    await #expect(
      throws: KernelSourceError.notAKernelTree(
        path: scratch.url.path, reason: "no Makefile at its top")
    ) { try await KernelTree.open(at: scratch.url.path, files: []) }
  }

  @Test func aMakefileWithoutVersionIsNoTree() async throws {
    let scratch = try ScratchFolder()
    try scratch.write("all:\n", to: "Makefile")
    await #expect(
      throws: KernelSourceError.notAKernelTree(
        path: scratch.url.path, reason: "no VERSION in its Makefile")
    ) { try await KernelTree.open(at: scratch.url.path, files: []) }
  }

  @Test func aFileThatIsNoTarballIsNoTree() async throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write("x", to: "notes.txt")
    await #expect(throws: KernelSourceError.self) {
      try await KernelTree.open(at: file.path, files: [])
    }
  }

  @Test func theNewestInstalledTreeIsFoundByVersion() throws {
    let scratch = try ScratchFolder()
    for name in ["6.1.tar.xz", "6.12.tar.xz", "6.9.tar.gz", "6.30.txt"] {
      try scratch.write("", to: "linux-source-\(name)")
    }
    #expect(
      KernelTree.newestInstalled(in: scratch.url)?.lastPathComponent == "linux-source-6.12.tar.xz")
    try scratch.write("", to: "linux-source-6.12/Makefile")
    #expect(KernelTree.newestInstalled(in: scratch.url)?.lastPathComponent == "linux-source-6.12")
    #expect(KernelTree.newestInstalled(in: scratch.cache) == nil)
  }
}
