// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Frontend

@Suite struct SpecFinderTests {
  @Test func aFolderGivesItsSpecsSorted() throws {
    let scratch = try ScratchFolder()
    for path in ["b.c", "a/z.c", "a/h.h", ".hidden/x.c", "build/x.c", "b.mod.c", ".c.c"] {
      try scratch.write("", to: "specs/\(path)")
    }
    let folder = scratch.path("specs")
    #expect(try SpecFinder.files(at: [folder]) == ["\(folder)/a/z.c", "\(folder)/b.c"])
  }

  @Test func filesKeepTheirOrderAndComeOnce() throws {
    let scratch = try ScratchFolder()
    let (a, b) = (try scratch.write("", to: "a.c"), try scratch.write("", to: "b.c"))
    #expect(try SpecFinder.files(at: [b, a, b]) == [b, a])
  }

  @Test func aMissingPathIsNamed() {
    #expect(throws: FrontendError.specMissing("/nowhere.c")) {
      try SpecFinder.files(at: ["/nowhere.c"])
    }
  }

  @Test func aFolderWithoutSpecsIsNamed() throws {
    let scratch = try ScratchFolder()
    try scratch.write("", to: "specs/readme.txt")
    #expect(throws: FrontendError.noSpecs(folder: scratch.path("specs"))) {
      try SpecFinder.files(at: [scratch.path("specs")])
    }
  }

  @Test func aDanglingLinkIsUnreadable() throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("x.c"), withDestinationPath: "/nowhere.c")
    #expect(throws: FrontendError.self) { try SpecFinder.files(at: [scratch.url.path]) }
  }

  @Test func aSpecThatIsNoTextIsUnreadable() throws {
    let scratch = try ScratchFolder()
    let path = scratch.path("x.c")
    try Data([0xff, 0xfe, 0x00]).write(to: URL(fileURLWithPath: path))
    #expect(throws: FrontendError.unreadable(path: path, reason: "it is no UTF-8 text")) {
      try SpecSource(contentsOf: path)
    }
  }
}
