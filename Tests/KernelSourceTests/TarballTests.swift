// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import KernelSource

@Suite struct TarballTests {
  @Test(arguments: ["linux.tar.xz", "linux.tar.gz", "linux.tar"])
  func onlyTheFilesAskedForAreUnpacked(name: String) async throws {
    let scratch = try ScratchFolder()
    let tarball = try scratch.writeTarball(name)
    let tree = try await KernelTree.open(at: tarball.path, files: [], cache: scratch.cache)
    #expect(tree.version == KernelVersion(major: 1, minor: 2, patch: 3))
    let folder = tree.root.lastPathComponent
    #expect(try scratch.cached() == [folder, "\(folder)/Makefile"])
    #expect(
      throws: KernelSourceError.fileNotRequested(file: "mm/a.c", tree: tarball.path)
    ) { try tree.text(of: "mm/a.c") }
  }

  @Test func theSecondRunDoesNotUnpack() async throws {
    let scratch = try ScratchFolder()
    let tarball = try scratch.writeTarball()
    let messages = Messages()
    for _ in 1...2 {
      let tree = try await KernelTree.open(
        at: tarball.path, files: ["mm/a.c", "mm/none.c"], cache: scratch.cache,
        progress: messages.append)
      #expect(try tree.text(of: "mm/a.c").hasPrefix("int f"))
      #expect(throws: KernelSourceError.fileMissing(file: "mm/none.c", tree: "linux 1.2.3")) {
        try tree.text(of: "mm/none.c")
      }
    }
    #expect(messages.all.filter { $0 == "unpacking linux-1.2.tar.xz…" }.count == 1)
  }

  @Test func furtherFilesAreAddedLater() async throws {
    let scratch = try ScratchFolder()
    let tarball = try scratch.writeTarball()
    _ = try await KernelTree.open(at: tarball.path, files: [], cache: scratch.cache)
    let tree = try await KernelTree.open(at: tarball.path, files: ["mm/a.c"], cache: scratch.cache)
    #expect(try tree.text(of: "mm/a.c").hasPrefix("int f"))
  }

  @Test func aChangedTarballIsUnpackedAgain() async throws {
    let scratch = try ScratchFolder()
    let tarball = try scratch.writeTarball()
    let old = try await KernelTree.open(at: tarball.path, files: [], cache: scratch.cache)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: tarball.path)
    let new = try await KernelTree.open(at: tarball.path, files: [], cache: scratch.cache)
    #expect(old.root != new.root)
  }

  @Test func manyAtOnceDoNotBreakEachOther() async throws {
    let scratch = try ScratchFolder()
    let tarball = try scratch.writeTarball()
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try await KernelTree.open(at: tarball.path, files: ["mm/a.c"], cache: scratch.cache)
            .text(of: "mm/a.c")
        }
      }
      for try await text in group { #expect(text.hasPrefix("int f")) }
    }
    #expect(try scratch.cached().filter { $0.contains("unpacking") } == [])
  }

  @Test func aTruncatedTarballIsReportedInTarsWords() async throws {
    let scratch = try ScratchFolder()
    let whole = try Data(contentsOf: try scratch.writeTarball())
    let tarball = scratch.url.appendingPathComponent("cut.tar.xz")
    try whole.prefix(whole.count / 2).write(to: tarball)
    let error = await #expect(throws: KernelSourceError.self) {
      try await KernelTree.open(at: tarball.path, files: ["mm/a.c"], cache: scratch.cache)
    }
    #expect(error?.description.contains("cut.tar.xz: tar cannot read it: ") == true)
    #expect(error?.description.contains("Unexpected") == true)
    #expect(try scratch.cached() == [])
  }

  @Test func aTarballOfSomethingElseIsNoTree() async throws {
    let scratch = try ScratchFolder()
    let tarball = try scratch.write("this is no archive", to: "x.tar.xz")
    await #expect(throws: KernelSourceError.self) {
      try await KernelTree.open(at: tarball.path, files: [], cache: scratch.cache)
    }
  }

  @Test func aCacheThatCannotBeWrittenIsNamed() async throws {
    let scratch = try ScratchFolder()
    let tarball = try scratch.writeTarball()
    let cache = try scratch.write("", to: "file").appendingPathComponent("cache")
    let error = await #expect(throws: KernelSourceError.self) {
      try await KernelTree.open(at: tarball.path, files: [], cache: cache)
    }
    guard case .cacheNotWritable(let path, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == cache.path)
  }

  @Test func cancellationLeavesNothingBehind() async throws {
    let tarball = try #require(KernelTree.newestInstalled())
    let scratch = try ScratchFolder()
    let task = Task {
      try await KernelTree.open(at: tarball.path, files: ["mm/vmalloc.c"], cache: scratch.cache)
    }
    // Once the first file is there, tar is in the midst of it.
    while (try? scratch.cached())?.contains(where: { $0.hasSuffix("/Makefile") }) != true {
      try await Task.sleep(for: .milliseconds(10))
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try scratch.cached() == [])
  }
}
