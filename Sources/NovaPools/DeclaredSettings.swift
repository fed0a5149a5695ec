import NovaAPI
import NovaProcess
package import NovaService

/// The settings of all programs.
///
/// Each program has to know the names of all: the environment that it is started in may hold the settings of another, and
/// a name that none knows is warned about.
package enum DeclaredSettings {
    /// In the order in which settings files and the documentation have them.
    package static let groups = CommonSettings.groups + NovaPools.types.flatMap { $0.settings }

    /// All settings, each with its group; a name that two programs read with different defaults is there twice.
    package static let all: [(setting: SettingDeclaration, group: any SettingGroup.Type)] = groups.flatMap { group in
        group.declarations.map { ($0, group) }
    }
}
