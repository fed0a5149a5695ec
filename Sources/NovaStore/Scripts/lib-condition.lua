-- Library: If-Match and If-None-Match.
--
-- condition_holds(condition, version) -> whether an entity of this version may be changed
--   condition  '' any  '*' it must be there  '7,8' it must have one of these  '!...' none of that may be so  '*!7,8' it
--              must be there, in none of these
--   version  as Redis keeps it, a string; nil or false where it is not there
local function condition_holds(condition, version)
    if condition == '' then return true end
    if condition:sub(1, 2) == '*!' then
        if not version then return false end
        condition = condition:sub(2)
    end
    local negated = condition:sub(1, 1) == '!'
    local list = negated and condition:sub(2) or condition
    local found = false
    if version then found = list == '*' or (',' .. list .. ','):find(',' .. version .. ',', 1, true) ~= nil end
    return found ~= negated
end
