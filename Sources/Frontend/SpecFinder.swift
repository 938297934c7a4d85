// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Finds the specs that a user means.
public enum SpecFinder {
  /// The spec files at paths.
  ///
  /// - Parameter paths: files, which are taken as they are, or folders, of which every `*.c` is
  ///   taken, subfolders included. Hidden files and folders, folders named `build`, linked
  ///   folders and kbuild's `*.mod.c` are left out.
  /// - Returns: paths that begin as the user's do, in the order given, sorted within a folder,
  ///   each once.
  /// - Throws: ``FrontendError/specMissing(_:)``, ``FrontendError/noSpecs(folder:)``,
  ///   ``FrontendError/unreadable(path:reason:)``.
  public static func files(at paths: [String]) throws(FrontendError) -> [String] {
    var found: [String] = []
    var seen: Set<String> = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw .specMissing(path)
      }
      let files = isFolder.boolValue ? try specs(in: path) : [path]
      if files.isEmpty { throw .noSpecs(folder: path) }
      for file in files where seen.insert(identity(of: file)).inserted {
        guard FileManager.default.isReadableFile(atPath: file) else {
          throw .unreadable(path: file, reason: "missing, or no permission")
        }
        found.append(file)
      }
    }
    return found
  }

  /// The same for every way to name a file.
  private static func identity(of path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  private static func specs(in folder: String) throws(FrontendError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw .unreadable(path: folder, reason: error.localizedDescription)
    }
    var found: [String] = []
    for name in names where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      let type = try? FileManager.default.attributesOfItem(atPath: path)[.type]
      if type as? FileAttributeType == .typeDirectory {
        if name != "build" { found += try specs(in: path) }
      } else if name.hasSuffix(".c") && !name.hasSuffix(".mod.c") {
        found.append(path)
      }
    }
    return found
  }
}
